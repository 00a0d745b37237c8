package io.chronosdb.faults;

import io.chronosdb.Chronos;
import io.chronosdb.Item;
import io.chronosdb.ItemCollection;
import io.chronosdb.Read;
import io.chronosdb.address.Route;
import io.chronosdb.event.Cv;
import io.chronosdb.event.Ov;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** Questions about the past, whose answer is for ever, and the first answer that each of them got. */
final class Answers {
    private static final int KEPT_MAX = 20_000;

    private final Map<Question, String> first = new ConcurrentHashMap<>();
    private final List<Question> asked = new CopyOnWriteArrayList<>();
    final AtomicLong askedAgain = new AtomicLong();

    /** @param token of a position that is behind everything the question is about */
    sealed interface Question {
        Route route();

        String token();

        String answer(ItemCollection items);

        /** By a handle that knows nothing but the position. */
        default String ask(Chronos chronos) {
            ItemCollection items = chronos.with(route());
            items.readAtLeast(token());
            return answer(items);
        }
    }

    record OfVersion(Route route, String token, String id, Ov ov) implements Question {
        @Override
        public String answer(ItemCollection items) {
            return text(items.getVersion(id, ov));
        }
    }

    record AsOf(Route route, String token, String id, Instant time) implements Question {
        @Override
        public String answer(ItemCollection items) {
            return text(items.getAsOf(id, time, Read.PLAIN.includingDeleted()));
        }
    }

    record ListAsOf(Route route, String token, Cv cv) implements Question {
        @Override
        public String answer(ItemCollection items) {
            return items.listByMeta(items.query().asOf(cv).query()).items().stream()
                    .map(item -> item.toJson().toString())
                    .collect(Collectors.joining("\n"));
        }
    }

    private static String text(Optional<Item> item) {
        return item.map(found -> found.toJson().toString()).orElse("nothing");
    }

    /** @return what is wrong, if the answer is another one than before */
    Optional<String> ask(Question question, Chronos chronos) {
        String answer = question.ask(chronos);
        if (asked.size() >= KEPT_MAX && !first.containsKey(question)) {
            return Optional.empty();
        }
        String before = first.putIfAbsent(question, answer);
        if (before == null) {
            asked.add(question);
            return Optional.empty();
        }
        askedAgain.incrementAndGet();
        return before.equals(answer)
                ? Optional.empty()
                : Optional.of("another answer than before: " + question + "\n" + before + "\n" + answer);
    }

    Optional<Question> any(Random random) {
        int size = asked.size();
        return size == 0 ? Optional.empty() : Optional.of(asked.get(random.nextInt(size)));
    }

    List<Question> all() {
        return asked;
    }
}
