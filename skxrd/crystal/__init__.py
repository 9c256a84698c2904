"""Crystal structures, their symmetry and their reflections."""

from skxrd.crystal._crystal import Crystal, check_space_group

__all__ = ["Crystal", "check_space_group"]
