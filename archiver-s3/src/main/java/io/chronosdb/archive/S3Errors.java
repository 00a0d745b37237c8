package io.chronosdb.archive;

import io.chronosdb.error.ChronosException;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.port.ObjectKey;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** The one place that knows what the SDK throws. Takes exceptions as futures carry them, wrapped or not. */
final class S3Errors {
    private static final int CONFLICT = 409;
    private static final int PRECONDITION_FAILED = 412;
    private static final int RANGE_NOT_SATISFIABLE = 416;
    private static final Set<String> NO_SUCH_OBJECT = Set.of("NoSuchKey", "NoSuchBucket");

    private S3Errors() {}

    /** A condition on the object did not hold. */
    static boolean isPreconditionFailed(Throwable failure) {
        return status(failure) == PRECONDITION_FAILED;
    }

    /** Someone else is at the same object or bucket right now. */
    static boolean isConflict(Throwable failure) {
        return status(failure) == CONFLICT;
    }

    /** The answer to a request for bytes that an object does not have, such as the first one of an empty one. */
    static boolean isEmptyObject(Throwable failure) {
        return status(failure) == RANGE_NOT_SATISFIABLE;
    }

    /** The server has said it; else it was not reached, or its answer was lost. */
    static boolean isAnswer(Throwable failure) {
        return Futures.unwrap(failure) instanceof AwsServiceException;
    }

    static boolean isNoSuchBucket(Throwable failure) {
        return code(failure).equals("NoSuchBucket");
    }

    /** By its code and not by status 404, with which some servers also answer to an unknown access key. */
    static boolean isNoSuchObject(Throwable failure) {
        return NO_SUCH_OBJECT.contains(code(failure));
    }

    /** The message names the object, the status and the code of the answer, and nothing that the server wrote. */
    static ChronosException translate(String operation, ObjectKey key, Throwable failure) {
        Throwable cause = Futures.unwrap(failure);
        if (cause instanceof ChronosException known) {
            return known;
        }
        String what = operation + " failed, object=" + key;
        if (isAnswer(cause)) {
            what += " status=" + status(cause) + " code=" + code(cause);
        } else if (cause instanceof TimeoutException) {
            what += " reason=no answer within the deadline";
        } else {
            what += " reason=" + cause.getClass().getSimpleName();
        }
        return new Unavailable("archive", what, cause);
    }

    private static int status(Throwable failure) {
        return Futures.unwrap(failure) instanceof AwsServiceException answer ? answer.statusCode() : 0;
    }

    private static String code(Throwable failure) {
        return Futures.unwrap(failure) instanceof AwsServiceException answer
                        && answer.awsErrorDetails() != null
                        && answer.awsErrorDetails().errorCode() != null
                ? answer.awsErrorDetails().errorCode()
                : "";
    }
}
