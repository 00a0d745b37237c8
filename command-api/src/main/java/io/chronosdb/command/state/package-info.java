/**
 * Where the processor's state is kept between restarts: a cache of what the events say, deletable at any time, since it
 * is rebuilt from them. RocksDB, so that heap does not grow with the number of items.
 */
@NullMarked
package io.chronosdb.command.state;

import org.jspecify.annotations.NullMarked;
