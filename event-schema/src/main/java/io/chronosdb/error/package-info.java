/**
 * The one hierarchy of errors that callers see, and rejections as values.
 */
@NullMarked
package io.chronosdb.error;

import org.jspecify.annotations.NullMarked;
