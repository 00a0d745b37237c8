/** Tests on the real servers. Their data is under {@code target/data}. */
@NullMarked
package io.chronosdb.embedded;

import org.jspecify.annotations.NullMarked;
