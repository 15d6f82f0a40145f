"""The book of a worker process that follows the generation: addons enabled later are heard without a restart."""

import threading

from sqlalchemy.orm import Session

from core.jobs.book import AddonBook, book_of, opener
from core.jobs.worker import Worker
from core.registry.garbage import spare
from core.registry.kernel import Kernel
from core.registry.state import read_generation, read_state

SCHEDULE_S = 30


class FollowedBook:
    """What the addons enabled now can be asked to do."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel, self.turn = kernel, threading.Lock()
        self._compose()

    def _compose(self) -> None:
        state = read_state(self.kernel.database)
        self.generation = state.generation
        self.composition = self.kernel.compose(state.enabled, state.generation)
        spare(clean=True)
        self.book = book_of(self.composition)

    def current(self) -> AddonBook:
        """The book of this moment."""
        with self.turn:
            if read_generation(self.kernel.database.engine) != self.generation:
                self._compose()
            return self.book

    def sessions(self, user_id: int | None, company_id: int | None, writes: bool) -> Session:
        """A session with the rights which the user has now."""
        return opener(self.kernel, self.composition)(user_id, company_id, writes)

    def worker(self) -> Worker:
        """A worker for one thread."""
        return Worker(self.kernel.database, self.current, self.sessions)

    def keep_schedules(self, stop: threading.Event) -> None:
        """See now and then that every schedule has its next row, until told to stop."""
        keeper = self.worker()
        while not stop.is_set():
            keeper.schedule()
            stop.wait(SCHEDULE_S)
