package io.chronosdb.health;

import java.time.Instant;

/**
 * Why a process is not ready.
 *
 * @param role whose it is; {@code kafka} if it is everybody's
 * @param place the database and partition, if it is one's
 * @param problem what it is, with classes of causes, without contents and secrets
 */
record Problem(String role, String place, String problem, Instant since) {}
