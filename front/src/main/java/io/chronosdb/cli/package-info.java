/**
 * The command line: a class per command, JSON lines on stdout, everything for people on stderr. Exit status: 0 done, 1 a
 * rejection, 2 a usage or configuration error, 3 unavailable.
 */
@NullMarked
package io.chronosdb.cli;

import org.jspecify.annotations.NullMarked;
