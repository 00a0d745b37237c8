package io.chronosdb.mongo;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import org.bson.BsonDecimal128;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNumber;
import org.bson.types.Decimal128;

/**
 * A JSON number as the index has it: a whole one of 32 or 64 bits where it fits, else a decimal. The index's one
 * approximation: beyond 34 digits it rounds, and beyond ±10<sup>6144</sup> it takes the outermost number that it has; so
 * what differs in JSON may be equal here, but never comes in the wrong order.
 */
final class BsonNumbers {
    private static final BigDecimal LARGEST = new BigDecimal("9.999999999999999999999999999999999E+6144");
    private static final int EXPONENT_MAX = 6_144;
    private static final int SCALE_MAX = 6_176;
    private static final int LONG_DIGITS_MAX = 19;

    private BsonNumbers() {}

    static BsonNumber of(JsonNode number) {
        if (number.isIntegralNumber() && number.canConvertToLong()) {
            return of(number.longValue());
        }
        // As a long, and before any arithmetic: 1e2000000000 is a short text.
        BigDecimal exact = number.decimalValue();
        if (exponent(exact) < -SCALE_MAX - 1) {
            return of(0);
        }
        BigDecimal value = exponent(exact) > EXPONENT_MAX
                ? exact
                : exact.round(MathContext.DECIMAL128).stripTrailingZeros();
        long exponent = exponent(value);
        if (exponent > EXPONENT_MAX) {
            return new BsonDecimal128(new Decimal128(value.signum() > 0 ? LARGEST : LARGEST.negate()));
        }
        return whole(value.scale() > SCALE_MAX ? value.setScale(SCALE_MAX, RoundingMode.HALF_EVEN) : value, exponent);
    }

    private static long exponent(BigDecimal value) {
        return (long) value.precision() - value.scale() - 1;
    }

    private static BsonNumber whole(BigDecimal value, long exponent) {
        boolean whole = value.signum() == 0 || value.scale() <= 0;
        return whole && exponent < LONG_DIGITS_MAX && value.toBigInteger().bitLength() < Long.SIZE
                ? of(value.longValue())
                : new BsonDecimal128(new Decimal128(value));
    }

    private static BsonNumber of(long value) {
        return value == (int) value ? new BsonInt32((int) value) : new BsonInt64(value);
    }
}
