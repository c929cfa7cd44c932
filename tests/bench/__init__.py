"""`make bench`: Shortlist beside bare Bolt in the same run, on loopback; the result goes into `docs/performance.md`."""
