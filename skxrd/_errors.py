"""The error that broken input files raise."""


class FormatError(ValueError):
    """A file that cannot be read as what it was taken for.

    The message names the file, what was found and what to do about it.
    Every reader of :mod:`skxrd.io` raises this and nothing else on bad content.

    Parameters
    ----------
    path : str or path-like
        The file at fault.
    problem : str
        What is wrong, with the value that was found, and the remedy.
    """

    def __init__(self, path, problem):
        super().__init__(f"{path}: {problem}")
        self.path = str(path)
        self.problem = problem

    def __reduce__(self):
        return type(self), (self.path, self.problem)
