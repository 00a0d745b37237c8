package io.chronosdb.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class UniquesTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 499, Uniques.EXACT_MAX})
    void few_values_are_counted_exactly_however_often_they_come(int values) {
        long[] hashes = new Random(values).longs(values).toArray();

        Uniques once = Uniques.of(hashes);
        Uniques twice = Uniques.of(
                LongStream.concat(LongStream.of(hashes), LongStream.of(hashes)).toArray());

        assertThat(once.number().intValueExact()).isEqualTo(values);
        assertThat(once.exact()).isTrue();
        assertThat(twice).isEqualTo(once);
        assertThat(once.union(once)).isEqualTo(once);
    }

    @ParameterizedTest
    @ValueSource(ints = {Uniques.EXACT_MAX + 1, 1_000, 10_000, 200_000})
    void many_values_are_estimated_within_four_standard_errors_in_bounded_memory(int values) {
        for (int seed = 0; seed < 20; seed++) {
            Uniques uniques = Uniques.of(new Random(seed).longs(values).toArray());

            assertThat(uniques.number().doubleValue())
                    .as("seed=%d", seed)
                    .isBetween(values * (1 - 4 * 0.012), values * (1 + 4 * 0.012));
            assertThat(uniques.toBytes()).hasSize(Uniques.BYTES_MAX);
        }
    }

    /** {@code -Dseed=…} repeats it. */
    @Test
    void it_is_the_same_bytes_however_values_are_ordered_repeated_and_spread_over_parts() {
        long first = Long.getLong("seed", System.nanoTime());
        for (long seed = first; seed < first + 200; seed++) {
            Random random = new Random(seed);
            long[] all = random.longs(random.nextInt(3 * Uniques.EXACT_MAX)).toArray();
            Uniques[] parts = new Uniques[1 + random.nextInt(4)];
            java.util.Arrays.fill(parts, Uniques.NONE);
            int copies = all.length * 2;
            for (int i = 0; i < copies; i++) {
                int part = random.nextInt(parts.length);
                long value = i < all.length ? all[i] : all[random.nextInt(all.length)];
                parts[part] = parts[part].union(Uniques.of(value));
            }

            Uniques united = Uniques.NONE;
            for (Uniques part : parts) {
                united = random.nextBoolean() ? united.union(part) : part.union(united);
            }

            assertThat(united).as("seed=%d", seed).isEqualTo(Uniques.of(all));
            assertThat(Uniques.fromBytes(united.toBytes())).isEqualTo(united);
        }
    }

    /** They lie in stores and topics: another version of the library must read them as this one does. */
    @Test
    void an_estimate_of_a_stored_sketch_stays_what_it_was() {
        Uniques sketch = Uniques.of(new Random(7).longs(5_000).toArray());

        assertThat(sketch.number()).isEqualTo("4953");
        assertThat(io.chronosdb.event.Hash.of(sketch.toBytes()).toString())
                .isEqualTo("baa64e3da778cf5ccb3719bdae2e959e95a3af95c7554dc94ac8515e1ce01da8");
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 501 * 8, 5_000})
    void bytes_of_another_size_are_refused(int size) {
        assertThatThrownBy(() -> Uniques.fromBytes(new byte[size])).isInstanceOf(IllegalArgumentException.class);
    }
}
