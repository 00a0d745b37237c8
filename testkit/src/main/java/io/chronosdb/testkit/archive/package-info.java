/**
 * The archive for tests, ours and our users': {@link io.chronosdb.testkit.archive.InMemoryArchive}, the contract that
 * every archive passes ({@link io.chronosdb.testkit.archive.ArchiveContract} and, for what happens while the store is
 * away, {@link io.chronosdb.testkit.archive.ArchiveOutageContract}), a wrapper that fails on request, and a real S3
 * server ({@link io.chronosdb.testkit.archive.S3Server}).
 *
 * <p>May not: know an adapter. Everything here speaks to the port, or hands out an address to speak S3 to.
 */
@NullMarked
package io.chronosdb.testkit.archive;

import org.jspecify.annotations.NullMarked;
