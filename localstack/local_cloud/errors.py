"""The one exception a person sees as a line, never as a traceback."""


class LocalCloudError(Exception):
    """Something a person has to know and can act upon.

    Parameters
    ----------
    problem : str
        What is wrong, in one line.
    remedy : str, optional
        What to do about it, in one line.
    detail : str, optional
        Evidence shown below, for instance the end of a log.
    """

    def __init__(self, problem: str, remedy: str = "", detail: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy
        self.detail = detail

    def __str__(self) -> str:
        """Return the problem and its remedy as one line."""
        return f"{self.problem}: {self.remedy}" if self.remedy else self.problem
