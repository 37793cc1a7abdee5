"""What a poller skipped is reported, although the writer applied it."""

from __future__ import annotations

from pathlib import Path

from load.chaos.site import application_log, undelivered

LINE = "partition 2: offsets 10 to 19 were not delivered; 10 of them were in the log\n"


def test_records_that_were_not_delivered_during_a_run_are_found(tmp_path: Path) -> None:
    folder = tmp_path / "dataplane" / "logs" / "functions"
    folder.mkdir(parents=True)
    log = folder / "stack-apply.log"
    log.write_text("before the run: " + LINE, encoding="utf-8")
    since = application_log(tmp_path)
    assert undelivered(tmp_path, since) == []

    with log.open("a", encoding="utf-8") as lines:
        lines.write("batch applied\n" + LINE)

    assert undelivered(tmp_path, since) == [LINE.strip()]
