package io.chronosdb.simulation;

/** What can go wrong, and how likely it is wherever it can. */
enum Fault {
    /** A process is gone between two of its effects, with all that it knew. */
    CRASH(0.002),
    /** The same, but its state on disk is there when it comes back. */
    CRASH_KEEPING_STATE(0.001),
    /** A process stands still between two of its effects, and others go on and take over. */
    SUSPENSION(0.015),
    /** Another process takes the partitions, and the one before does not know yet. */
    TAKEOVER(0.004),
    /** A process is told to go, and hands over. */
    HANDOVER(0.002),

    APPEND_LOST(0.015),
    /** It arrives, and its sender hears of a failure. */
    ACKNOWLEDGEMENT_LOST(0.015),
    /** Its sender hears of a failure, and it arrives long after. */
    APPEND_LATE(0.01),
    /** It arrives twice. */
    APPEND_COPIED(0.05),
    /** What a dead process had sent never arrives. */
    APPEND_LOST_WITH_ITS_SENDER(0.4),
    LOG_UNREADABLE(0.01),
    DOCUMENT_NOT_FETCHED(0.1),
    /** The client asks again, though nothing was lost. */
    COMMAND_REPEATED(0.15),

    /** S3 answers 409: someone else is at the object. */
    S3_CONFLICT(0.03),
    /** S3 answers 503, and does nothing. */
    S3_REFUSAL(0.03),
    /** S3 does it, and the answer is lost: who asks again gets 412. */
    S3_ANSWER_LOST(0.02),
    /** S3 does it long after the client has given up. */
    S3_LATE(0.02),
    /** Someone empties the bucket. */
    S3_EMPTIED(0.002),

    MONGO_DOWN(0.03),
    /** Some of a batch is written, and no progress. */
    MONGO_PARTLY(0.03),
    MONGO_ANSWER_LOST(0.03),
    /** An error that is no outage: the batch is refused, and taken the next time. */
    MONGO_REFUSAL(0.02),
    /** Someone deletes the index. */
    MONGO_EMPTIED(0.001),
    MONGO_UNREADABLE(0.03),

    /** The counters' transaction is aborted, with all that it had counted. */
    COUNTING_ABORTED(0.05),
    TOTALS_DOWN(0.05),

    /** Hours pass between two steps. */
    CLOCK_FORWARD(0.002),
    /** The broker's clock is set back. */
    CLOCK_BACK(0.004);

    final double probability;

    Fault(double probability) {
        this.probability = probability;
    }
}
