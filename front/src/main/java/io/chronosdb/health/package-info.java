/**
 * Whether a process gets on with its work: roles say how they are in plain values ({@link io.chronosdb.port.Watched}),
 * {@link io.chronosdb.health.Monitor} looks at them and at the ends of what they read, {@link io.chronosdb.health.Health}
 * judges, {@link io.chronosdb.health.HealthServer} tells. The only place that knows HTTP servers and Micrometer.
 */
@NullMarked
package io.chronosdb.health;

import org.jspecify.annotations.NullMarked;
