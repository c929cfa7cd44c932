"""The stand-ins keep the promises the other tests rely on."""
