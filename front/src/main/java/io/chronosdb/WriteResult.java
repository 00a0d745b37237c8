package io.chronosdb;

import io.chronosdb.command.Receipt;
import io.chronosdb.error.ChronosException;
import java.util.Optional;

/**
 * What became of one write of many: a receipt or an error, one of them.
 *
 * @param number which one it is, from 0 in the order of submission
 */
public record WriteResult(long number, Optional<Receipt> receipt, Optional<ChronosException> error) {
    /**
     * The receipt.
     *
     * @throws ChronosException the error, if it is one
     */
    public Receipt orThrow() {
        error.ifPresent(problem -> {
            throw problem;
        });
        return receipt.orElseThrow();
    }
}
