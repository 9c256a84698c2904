"""What batches of patterns share, whether they are rendered or read from disk."""

import itertools
from collections import deque
from concurrent.futures import ThreadPoolExecutor


class BatchedPatterns:
    """Epochs of batches, given ``batch(epoch, number)``, ``n_rows`` and ``batch_size``."""

    def __len__(self):
        """Batches of an epoch."""
        return -(-self.n_rows // self.batch_size)

    def epoch(self, epoch, *, n_jobs=2, executor=None):
        """Make the batches of an epoch ahead of their use, in their order.

        Parameters
        ----------
        epoch : int
            Number of the epoch, from 0.
        n_jobs : int, default=2
            Threads that work; without an executor only.
        executor : concurrent.futures.Executor, default=None
            What works instead of threads, such as a ``ProcessPoolExecutor`` where there are many
            cores.

        Yields
        ------
        X : ndarray of float32, shape (n_patterns, n_angles)
            The patterns.
        rows : ndarray of int, shape (n_patterns,)
            The rows of their structures.
        """
        own = None
        if executor is None:
            executor = own = ThreadPoolExecutor(n_jobs)
            ahead = 2 * n_jobs
        else:
            ahead = 2 * (getattr(executor, "_max_workers", None) or n_jobs)
        waiting, numbers = deque(), iter(range(len(self)))
        try:
            for number in itertools.islice(numbers, ahead):
                waiting.append(executor.submit(self.batch, epoch, number))
            while waiting:
                batch = waiting.popleft().result()
                for number in itertools.islice(numbers, 1):
                    waiting.append(executor.submit(self.batch, epoch, number))
                yield batch
        finally:
            for future in waiting:
                future.cancel()
            if own is not None:
                own.shutdown()
