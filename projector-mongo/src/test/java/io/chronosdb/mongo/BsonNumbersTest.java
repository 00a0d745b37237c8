package io.chronosdb.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.chronosdb.document.Json;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNumber;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class BsonNumbersTest {
    @ParameterizedTest
    @ValueSource(strings = {"7", "7.0", "0.7e1", "70e-1", "7.00000"})
    void a_whole_number_is_one_however_it_is_written(String json) {
        assertThat(number(json)).isEqualTo(new BsonInt32(7));
    }

    @Test
    void whole_numbers_take_32_or_64_bits() {
        assertThat(number("0")).isEqualTo(new BsonInt32(0));
        assertThat(number("-0.0")).isEqualTo(new BsonInt32(0));
        assertThat(number("-2147483648")).isEqualTo(new BsonInt32(Integer.MIN_VALUE));
        assertThat(number("2147483648")).isEqualTo(new BsonInt64(2_147_483_648L));
        assertThat(number("9223372036854775807")).isEqualTo(new BsonInt64(Long.MAX_VALUE));
        assertThat(number("9.223372036854775807e18")).isEqualTo(new BsonInt64(Long.MAX_VALUE));
        assertThat(number("-9223372036854775808")).isEqualTo(new BsonInt64(Long.MIN_VALUE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.1",
                "-1.50",
                "9223372036854775808",
                "1234567890.123456789012345678901234",
                "9.999999999999999999999999999999999E+6144",
                "1E-6176"
            })
    void other_numbers_are_decimals_to_the_last_digit(String json) {
        assertThat(number(json).decimal128Value().bigDecimalValue()).isEqualByComparingTo(new BigDecimal(json));
    }

    @ParameterizedTest
    @CsvSource({
        "0.12345678901234567890123456789012345678, 0.1234567890123456789012345678901235",
        "1e6145, 9.999999999999999999999999999999999E+6144",
        "-1e2000000000, -9.999999999999999999999999999999999E+6144",
        "1e-2000000000, 0",
        "-1e-6178, 0",
        "123456789e-6180, 12346E-6176",
        "100000000000000000000000000000000000000001, 1E+41"
    })
    void beyond_its_digits_and_its_range_the_index_takes_the_nearest_that_it_has(String json, String expected) {
        assertThat(number(json).decimal128Value().bigDecimalValue()).isEqualByComparingTo(new BigDecimal(expected));
    }

    private static BsonNumber number(String json) {
        JsonNode node = Json.parse(json.getBytes(StandardCharsets.UTF_8));
        return BsonNumbers.of(node);
    }
}
