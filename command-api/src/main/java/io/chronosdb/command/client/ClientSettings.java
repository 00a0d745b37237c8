package io.chronosdb.command.client;

import java.time.Duration;

/**
 * A client's patience and bounds.
 *
 * @param deadline how long a command may take, from submission to receipt
 * @param resend after how long without an answer a command is sent again under the same id; each time later by as much
 * @param inFlightMax commands without an answer; a further one waits for a place
 * @param inFlightBytesMax bytes of their documents; a command that is larger goes alone
 */
public record ClientSettings(Duration deadline, Duration resend, int inFlightMax, int inFlightBytesMax) {
    public static final ClientSettings DEFAULT =
            new ClientSettings(Duration.ofSeconds(30), Duration.ofSeconds(4), 10_000, 64 << 20);

    /** With the default number of bytes. */
    public ClientSettings(Duration deadline, Duration resend, int inFlightMax) {
        this(deadline, resend, inFlightMax, DEFAULT.inFlightBytesMax);
    }
}
