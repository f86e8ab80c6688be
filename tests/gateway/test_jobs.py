"""Jobs: a failure is told once and counted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from prometheus_client import generate_latest
from structlog.testing import capture_logs

from gateway.jobs import Job
from tests.jobs import jobs_of
from tests.shop import Shop


def failing_with(*errors: Exception | None) -> Callable[[], Awaitable[int]]:
    left = iter(errors)

    async def once() -> int:
        if error := next(left):
            raise error
        return 2

    return once


async def test_a_failure_is_told_once_and_counted(shop: Shop) -> None:
    jobs = jobs_of(shop)
    job = Job("things done", 0, failing_with(OSError(), OSError(), ValueError(), None, OSError()))
    with capture_logs() as logs:
        for _ in range(5):
            await jobs.tried(job)
    told = [(one["event"], one.get("kind") or one.get("number")) for one in logs]
    assert told == [("a job fails", "OSError"), ("a job fails", "ValueError"), ("things_done", 2), ("a job fails", "OSError")]
    counted = generate_latest(jobs.metrics.registry).decode()
    assert 'comptoir_jobs_total{job="things_done",outcome="failed"} 4.0' in counted
    assert 'comptoir_jobs_total{job="things_done",outcome="ok"} 1.0' in counted
