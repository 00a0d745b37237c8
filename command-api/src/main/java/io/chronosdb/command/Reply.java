package io.chronosdb.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.address.Database;
import io.chronosdb.document.Json;
import io.chronosdb.error.Rejection;
import io.chronosdb.event.Cv;
import io.chronosdb.event.Op;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Position;
import io.chronosdb.event.Times;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The answer to a command, as it travels over the replies topic: receipts or a rejection, in JSON. */
public sealed interface Reply {
    /** Yes. */
    record Accepted(Receipt receipt) implements Reply {}

    /** Yes, to a transaction: a receipt per operation, in their order. */
    record AcceptedAll(List<Receipt> receipts) implements Reply {
        public AcceptedAll {
            receipts = List.copyOf(receipts);
        }
    }

    /** Yes, to the restoration of a collection. */
    record Restored(RestoreReport report) implements Reply {}

    /**
     * Not the answer yet: how far a command is that takes long.
     *
     * @param total 0 while that is not known
     */
    record Progressing(long done, long total) implements Reply {}

    /** No. */
    record Rejected(Rejection rejection) implements Reply {}

    /**
     * Where the sender of a command wants its answer: in which partition of the replies topic, under which id.
     *
     * @param correlation at most {@link #CORRELATION_CHARACTERS_MAX} characters, chosen by the sender
     */
    record Address(int partition, String correlation) {
        /** Header of a command: the partition of the replies topic. */
        public static final String PARTITION_HEADER = "chronos-reply-partition";
        /** Header of a command and of its reply. */
        public static final String CORRELATION_HEADER = "chronos-correlation";

        public static final int CORRELATION_CHARACTERS_MAX = 200;

        private static final Pattern PARTITION = Pattern.compile("[0-9]{1,9}");

        public Map<String, String> headers() {
            return Map.of(PARTITION_HEADER, Integer.toString(partition), CORRELATION_HEADER, correlation);
        }

        /** The address in a command's headers; nothing where no answer is wanted, or where it makes no sense. */
        public static Optional<Address> from(Map<String, String> headers, int partitions) {
            String partition = headers.getOrDefault(PARTITION_HEADER, "");
            String correlation = headers.getOrDefault(CORRELATION_HEADER, "");
            if (!PARTITION.matcher(partition).matches()
                    || Integer.parseInt(partition) >= partitions
                    || correlation.length() > CORRELATION_CHARACTERS_MAX) {
                return Optional.empty();
            }
            return Optional.of(new Address(Integer.parseInt(partition), correlation));
        }
    }

    default byte[] encode() {
        ObjectNode json = Json.object();
        if (this instanceof Accepted accepted) {
            json.setAll(json(accepted.receipt()));
        } else if (this instanceof AcceptedAll all) {
            ArrayNode receipts = json.putArray("receipts");
            all.receipts().forEach(receipt -> receipts.add(json(receipt)));
        } else if (this instanceof Restored restored) {
            json.set("restored", restored.report().toJson());
        } else if (this instanceof Progressing progressing) {
            json.putObject("progress").put("done", progressing.done()).put("total", progressing.total());
        } else if (this instanceof Rejected rejected) {
            json.set("rejection", json(rejected.rejection()));
        }
        return Json.bytes(json);
    }

    private static ObjectNode json(Receipt receipt) {
        ObjectNode json = Json.object();
        json.put("op", receipt.op().label());
        json.set("receipt", receipt.toJson());
        json.put("at", Times.format(receipt.at()));
        return json;
    }

    /** A rejection as users see it: code, message, and what else there is. */
    static ObjectNode json(Rejection rejection) {
        ObjectNode json = Json.object();
        json.put("code", rejection.code().name());
        json.put("message", rejection.message());
        rejection.details().forEach((name, value) -> json.set(name, Json.MAPPER.valueToTree(value)));
        return json;
    }

    /** The inverse of {@link #encode}, for the database that the command went to. */
    static Reply decode(Database database, byte[] bytes) {
        ObjectNode json = Json.parseObject(bytes);
        if (json.has("receipt")) {
            return new Accepted(receipt(database, json));
        }
        if (json.has("receipts")) {
            List<Receipt> receipts = new ArrayList<>();
            json.path("receipts").forEach(each -> receipts.add(receipt(database, each)));
            return new AcceptedAll(receipts);
        }
        if (json.has("restored")) {
            return new Restored(RestoreReport.parse(database, json.path("restored")));
        }
        if (json.has("progress")) {
            JsonNode progress = json.path("progress");
            return new Progressing(
                    progress.path("done").longValue(), progress.path("total").longValue());
        }
        JsonNode rejection = json.path("rejection");
        Map<String, Object> details = new LinkedHashMap<>();
        rejection.properties().forEach(entry -> {
            if (!entry.getKey().equals("code") && !entry.getKey().equals("message")) {
                details.put(entry.getKey(), Json.MAPPER.convertValue(entry.getValue(), Object.class));
            }
        });
        return new Rejected(new Rejection(
                Rejection.Code.valueOf(rejection.path("code").textValue()),
                rejection.path("message").textValue(),
                details));
    }

    private static Receipt receipt(Database database, JsonNode json) {
        JsonNode receipt = json.path("receipt");
        return new Receipt(
                receipt.path("id").textValue(),
                new Ov(receipt.path("ov").longValue()),
                new Cv(receipt.path("cv").longValue()),
                Op.parse(json.path("op").textValue()),
                Times.parse(json.path("at").textValue()),
                Position.parse(database, receipt.path("position").textValue()));
    }
}
