package io.chronosdb.bench;

import java.util.concurrent.atomic.AtomicLong;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** Counts what the SDK's clients of this JVM send; the SDK makes it, for a file on the class path names it. */
public final class S3Requests implements ExecutionInterceptor {
    private static final AtomicLong SENT = new AtomicLong();
    private static final AtomicLong FIRST_PUT_NANOS = new AtomicLong();

    /** From now on. */
    static void reset() {
        SENT.set(0);
        FIRST_PUT_NANOS.set(0);
    }

    /** With those that were sent again. */
    static long sent() {
        return SENT.get();
    }

    /** When the first put was sent. */
    static long firstPutNanos() {
        return FIRST_PUT_NANOS.get();
    }

    @Override
    public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
        SENT.incrementAndGet();
        if (context.request() instanceof PutObjectRequest) {
            FIRST_PUT_NANOS.compareAndSet(0, System.nanoTime());
        }
    }
}
