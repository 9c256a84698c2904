"""Scripts that measure the package; README.md says which result each writes."""
