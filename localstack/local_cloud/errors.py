"""The exception that is shown to users as one line, without a traceback."""


class LocalCloudError(Exception):
    """An error that a user can fix.

    Parameters
    ----------
    problem : str
        What is wrong, in one line.
    remedy : str, optional
        How to fix it, in one line.
    detail : str, optional
        Details shown below, for example the end of a log.
    """

    def __init__(self, problem: str, remedy: str = "", detail: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy
        self.detail = detail

    def __str__(self) -> str:
        """Return the problem and its remedy as one line."""
        return f"{self.problem}: {self.remedy}" if self.remedy else self.problem
