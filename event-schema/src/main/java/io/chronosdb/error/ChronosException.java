package io.chronosdb.error;

import io.chronosdb.error.Rejection.Code;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that Chronos throws at its callers: one sealed hierarchy, a class per documented {@link Code}. What a
 * caller does about it: {@link Unavailable} is safe to retry, {@link OutcomeUnknown} is retried with the same command
 * id, {@link NotYetVisible} with the same read; all others are answers.
 */
public abstract sealed class ChronosException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Rejection rejection;

    private ChronosException(Rejection rejection, @Nullable Throwable cause) {
        super(rejection.message(), cause);
        this.rejection = rejection;
    }

    /** The stable code, which is also the simple name of the class. */
    public Code code() {
        return rejection.code();
    }

    /** The same as a value. */
    public Rejection rejection() {
        return rejection;
    }

    /** What a program needs to go on, in a fixed order. */
    public Map<String, Object> details() {
        return rejection.details();
    }

    final long number(String key) {
        return ((Number) rejection.details().getOrDefault(key, -1L)).longValue();
    }

    /** The exception of a rejection's code. */
    public static ChronosException of(Rejection rejection) {
        return switch (rejection.code()) {
            case VersionConflict -> new VersionConflict(rejection);
            case NotFound -> new NotFound(rejection);
            case AlreadyExists -> new AlreadyExists(rejection);
            case Deleted -> new Deleted(rejection);
            case Invalid -> new Invalid(rejection);
            case PayloadTooLarge -> new PayloadTooLarge(rejection);
            case UnknownRoute -> new UnknownRoute(rejection);
            case CrossPartition -> new CrossPartition(rejection);
            case NotIndexed -> new NotIndexed(rejection);
            case NotYetVisible -> new NotYetVisible(rejection);
            case PayloadUnavailable -> new PayloadUnavailable(rejection, null);
            case Unavailable -> new Unavailable(rejection, null);
            case OutcomeUnknown -> new OutcomeUnknown(rejection, null);
        };
    }

    /** The caller expected another version of the item. Nothing was written. */
    public static final class VersionConflict extends ChronosException {
        private static final long serialVersionUID = 1L;

        private VersionConflict(Rejection rejection) {
            super(rejection, null);
        }

        public long expected() {
            return number("expected");
        }

        public long actual() {
            return number("actual");
        }
    }

    /** There is no such item, version or moment. */
    public static final class NotFound extends ChronosException {
        private static final long serialVersionUID = 1L;

        private NotFound(Rejection rejection) {
            super(rejection, null);
        }

        public NotFound(String item) {
            super(Rejection.notFound(item), null);
        }
    }

    /** An item with this id exists, or existed and was deleted. */
    public static final class AlreadyExists extends ChronosException {
        private static final long serialVersionUID = 1L;

        private AlreadyExists(Rejection rejection) {
            super(rejection, null);
        }
    }

    /** The item is deleted; only a restore brings it back. */
    public static final class Deleted extends ChronosException {
        private static final long serialVersionUID = 1L;

        private Deleted(Rejection rejection) {
            super(rejection, null);
        }
    }

    /** The input is not acceptable; {@code details().get("violations")} lists every reason. */
    public static final class Invalid extends ChronosException {
        private static final long serialVersionUID = 1L;

        private Invalid(Rejection rejection) {
            super(rejection, null);
        }

        public Invalid(String violation) {
            super(Rejection.invalid(violation), null);
        }

        public Invalid(List<String> violations) {
            super(Rejection.invalid(violations), null);
        }
    }

    /** The document is larger than the configured limit; details name both sizes in bytes. */
    public static final class PayloadTooLarge extends ChronosException {
        private static final long serialVersionUID = 1L;

        private PayloadTooLarge(Rejection rejection) {
            super(rejection, null);
        }
    }

    /** No configured database has this address; the message says which part had no match and what there is. */
    public static final class UnknownRoute extends ChronosException {
        private static final long serialVersionUID = 1L;

        private UnknownRoute(Rejection rejection) {
            super(rejection, null);
        }

        public UnknownRoute(String message) {
            super(new Rejection(Code.UnknownRoute, message, Map.of()), null);
        }
    }

    /** Items of several ordering scopes in one transaction. */
    public static final class CrossPartition extends ChronosException {
        private static final long serialVersionUID = 1L;

        private CrossPartition(Rejection rejection) {
            super(rejection, null);
        }
    }

    /** A filter or a sort names a property that is not indexed, or an operator that there is not. */
    public static final class NotIndexed extends ChronosException {
        private static final long serialVersionUID = 1L;

        private NotIndexed(Rejection rejection) {
            super(rejection, null);
        }

        /** @param path the property as the caller wrote it */
        public NotIndexed(String path, String message) {
            super(new Rejection(Code.NotIndexed, message, Rejection.ordered("path", path)), null);
        }
    }

    /** The index has not reached the position that the reader asked for, within the deadline. */
    public static final class NotYetVisible extends ChronosException {
        private static final long serialVersionUID = 1L;

        private NotYetVisible(Rejection rejection) {
            super(rejection, null);
        }

        public NotYetVisible(String message, String position) {
            super(new Rejection(Code.NotYetVisible, message, Rejection.ordered("position", position)), null);
        }
    }

    /** The version is known but its payload is neither in the archive nor in the log any more. */
    public static final class PayloadUnavailable extends ChronosException {
        private static final long serialVersionUID = 1L;

        private PayloadUnavailable(Rejection rejection, @Nullable Throwable cause) {
            super(rejection, cause);
        }

        public PayloadUnavailable(String item, @Nullable Throwable cause) {
            super(
                    new Rejection(
                            Code.PayloadUnavailable,
                            "the payload is neither in the archive nor in the log: item=" + item,
                            Rejection.ordered("item", item)),
                    cause);
        }
    }

    /** A part that this call needs cannot be reached. Nothing was written; retrying is safe. */
    public static final class Unavailable extends ChronosException {
        private static final long serialVersionUID = 1L;

        private Unavailable(Rejection rejection, @Nullable Throwable cause) {
            super(rejection, cause);
        }

        /**
         * @param what the part, as a user knows it: {@code kafka}, {@code mongodb}, {@code archive}
         * @param message without secrets
         */
        public Unavailable(String what, String message, @Nullable Throwable cause) {
            super(
                    new Rejection(
                            Code.Unavailable, what + " is unavailable: " + message, Rejection.ordered("of", what)),
                    cause);
        }
    }

    /** The command was sent and no answer came: it may or may not have happened. Retry with the same command id. */
    public static final class OutcomeUnknown extends ChronosException {
        private static final long serialVersionUID = 1L;

        private OutcomeUnknown(Rejection rejection, @Nullable Throwable cause) {
            super(rejection, cause);
        }

        public OutcomeUnknown(String commandId, @Nullable Throwable cause) {
            super(
                    new Rejection(
                            Code.OutcomeUnknown,
                            "no answer came in time; retry with the same command id: commandId=" + commandId,
                            Rejection.ordered("commandId", commandId)),
                    cause);
        }
    }
}
