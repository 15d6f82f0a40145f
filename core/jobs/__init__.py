"""Work that outlives a request: one table and one loop serve deliveries of signals, jobs and schedules."""

from core.jobs.job import Job, JobContext, enqueue, every, job, jobs_known
from core.jobs.worker import Worker

__all__ = ["Job", "JobContext", "Worker", "enqueue", "every", "job", "jobs_known"]
