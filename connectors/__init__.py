"""The ATSs that Shortlist speaks to, in words that are common to all of them."""
