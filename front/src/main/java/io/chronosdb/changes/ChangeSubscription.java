package io.chronosdb.changes;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One subscriber's feed, by the rules of {@link Flow}: one thread calls it, and only for what it asked for. */
final class ChangeSubscription implements Flow.Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(ChangeSubscription.class);
    private static final Duration POLL = Duration.ofMillis(200);

    private final Flow.Subscriber<? super Change> subscriber;
    private final Supplier<ChangeIterator> open;
    private final Object lock = new Object();
    private long wanted;
    private boolean cancelled;
    private @Nullable IllegalArgumentException misuse;

    ChangeSubscription(Flow.Subscriber<? super Change> subscriber, Supplier<ChangeIterator> open) {
        this.subscriber = Objects.requireNonNull(subscriber, "subscriber");
        this.open = open;
    }

    void start() {
        Thread thread = new Thread(this::run, "chronos-changes");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            tell(() -> subscriber.onSubscribe(this));
            deliver();
        } catch (SubscriberFailed e) {
            LOG.warn("a subscriber of changes failed and is cancelled", e.getCause());
        } catch (RuntimeException e) {
            if (!isCancelled()) {
                subscriber.onError(e);
            }
        } finally {
            cancel();
        }
    }

    private void deliver() {
        try (ChangeIterator changes = open.get()) {
            while (!changes.ended()) { // Nobody has to ask for nothing.
                if (!awaitDemand()) {
                    return;
                }
                changes.poll(POLL).ifPresent(this::hand);
            }
        }
        if (!isCancelled()) {
            tell(subscriber::onComplete);
        }
    }

    private void hand(Change change) {
        synchronized (lock) {
            if (cancelled) {
                return;
            }
            if (wanted != Long.MAX_VALUE) {
                wanted--;
            }
        }
        tell(() -> subscriber.onNext(change));
    }

    private static void tell(Runnable signal) {
        try {
            signal.run();
        } catch (RuntimeException e) {
            throw new SubscriberFailed(e);
        }
    }

    /** @return false if it was cancelled */
    private boolean awaitDemand() {
        synchronized (lock) {
            while (wanted == 0 && !cancelled && misuse == null) {
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return false;
                }
            }
            if (misuse != null && !cancelled) {
                throw misuse;
            }
            return !cancelled;
        }
    }

    private boolean isCancelled() {
        synchronized (lock) {
            return cancelled;
        }
    }

    @Override
    public void request(long n) {
        synchronized (lock) {
            if (n <= 0) {
                misuse = new IllegalArgumentException("request is for at least one: n=" + n);
            } else {
                wanted = wanted + n < 0 ? Long.MAX_VALUE : wanted + n;
            }
            lock.notifyAll();
        }
    }

    @Override
    public void cancel() {
        synchronized (lock) {
            cancelled = true;
            lock.notifyAll();
        }
    }

    /** The subscriber itself threw: it is told nothing any more. */
    private static final class SubscriberFailed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        SubscriberFailed(RuntimeException cause) {
            super(cause);
        }
    }
}
