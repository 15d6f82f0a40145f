"""The job that loads the demonstration: one addon in each transaction, gone on with where it was cut off."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import kernel_connection, trusted
from core.i18n import translated, using_language
from core.jobs.job import JobContext, enqueue, job
from core.registry.demo import demonstrated, furnish
from core.registry.samples import Sample
from core.signals import Delivery

JOB, TRIES = "core.load_samples", 2


@job(JOB, label="Load sample data", tries=TRIES)
def load_samples_job(context: JobContext) -> dict[str, list[str]]:
    """Fill the addons that nothing was loaded into yet; answers which."""
    with context.session() as probe:
        composition, language = probe.info["composition"], probe.info.get("language", "en")
        there = set(kernel_connection(probe).scalars(select(Sample.addon).distinct()))
    names, loaded = demonstrated(composition), []
    with using_language(language, composition.catalogs):
        for at, name in enumerate(names):
            context.progress(at, len(names), translated(composition.addon(name).manifest.name))
            if name not in there:
                furnish(context.database, composition, name)
                loaded.append(name)
        context.progress(len(names), len(names))
    return {"loaded": loaded}


def ask_for_samples(session: Session) -> int:
    """Ask for the demonstration in this transaction; the number of the job, or of the one that is asked for already."""
    last = last_loading(session)
    return last.id if last is not None and last.state == "waiting" else enqueue(session, JOB, key=JOB)


def last_loading(session: Session) -> Delivery | None:
    """The latest time that somebody asked for the demonstration."""
    with trusted(session):
        asked = select(Delivery).where(Delivery.kind == "job", Delivery.receiver == JOB)
        return session.scalars(asked.order_by(Delivery.id.desc()).limit(1)).first()
