/**
 * The payload store. {@link io.chronosdb.archive.Archiver} copies every accepted version from the log to an archive,
 * {@link io.chronosdb.archive.ArchiveReader} gets one back and checks it, and there are two archives:
 * {@link io.chronosdb.archive.S3Archive} and {@link io.chronosdb.archive.FileArchive}.
 *
 * <p>An object's place is a function of the item and its version and its bytes are a function of the event, so it is
 * written once, by whoever comes first, and every repetition finds it there. That is all that replays, retries and
 * late writers need. The same holds for packs, in which many versions share an object: {@code Packing} writes them, {@code PackReader}
 * finds versions in them, {@code PackIndex} has their layout.
 *
 * <p>May not: decide anything, list objects to find one, or know Kafka and MongoDB. Start reading at {@code Archiver}.
 */
@NullMarked
package io.chronosdb.archive;

import org.jspecify.annotations.NullMarked;
