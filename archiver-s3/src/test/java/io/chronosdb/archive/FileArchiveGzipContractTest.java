package io.chronosdb.archive;

/** The whole contract over compressed files. */
class FileArchiveGzipContractTest extends FileArchiveContractTest {
    @Override
    Compression compression() {
        return new Compression(true, Compression.PLAIN_BYTES_MAX);
    }
}
