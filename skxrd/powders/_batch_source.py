"""What sources of batches share, whether they render patterns or read them from disk."""

import itertools
from collections import deque
from concurrent.futures import Executor, ThreadPoolExecutor


class BatchSource:
    """Epochs of batches; subclasses have ``n_rows``, ``batch_size`` and ``_make``."""

    def __len__(self):
        """Batches of an epoch."""
        return -(-self.n_rows // self.batch_size)

    def batch(self, epoch, number):
        """Make one batch.

        Parameters
        ----------
        epoch : int
            Number of the epoch, from 0.
        number : int
            Number of the batch in the epoch, from 0.

        Returns
        -------
        X : ndarray of float32, shape (n_patterns, n_angles)
            The patterns.
        rows : ndarray of int, shape (n_patterns,)
            The rows of their structures in the store of crystals.
        """
        if not 0 <= number < len(self):
            raise IndexError(f"batch {number} is not in an epoch of {len(self)}.")
        return self._make(epoch, number)

    def epoch(self, epoch, *, workers=2):
        """Make the batches of an epoch ahead of their use, in their order.

        Parameters
        ----------
        epoch : int
            Number of the epoch, from 0.
        workers : int or concurrent.futures.Executor, default=2
            Number of threads that make the batches, or what makes them instead, such as a
            ``ProcessPoolExecutor`` where there are many cores.

        Yields
        ------
        X : ndarray of float32, shape (n_patterns, n_angles)
            The patterns.
        rows : ndarray of int, shape (n_patterns,)
            The rows of their structures.
        """
        own = None
        if not isinstance(workers, Executor):
            workers = own = ThreadPoolExecutor(workers)
        waiting, numbers = deque(), iter(range(len(self)))
        try:
            for number in itertools.islice(numbers, 2 * (getattr(workers, "_max_workers", 0) or 2)):
                waiting.append(workers.submit(self.batch, epoch, number))
            while waiting:
                batch = waiting.popleft().result()
                for number in itertools.islice(numbers, 1):
                    waiting.append(workers.submit(self.batch, epoch, number))
                yield batch
        finally:
            for future in waiting:
                future.cancel()
            if own is not None:
                own.shutdown()
