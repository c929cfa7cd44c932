"""The stand-in ATSs, as a recruiter in them uses them."""
