package io.chronosdb.command.process;

import io.chronosdb.event.Configured;
import io.chronosdb.event.Event;
import io.chronosdb.event.Fact;
import io.chronosdb.event.Times;
import io.chronosdb.event.Transaction;
import io.chronosdb.event.Version;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.NewRecord;
import java.util.Map;

/** An event as a record: its key, and CloudEvents headers (Kafka protocol binding, binary mode) to filter by. */
final class EventRecords {
    private static final Fact.Cases<String> SUBJECT = new Fact.Cases<>() {
        @Override
        public String version(Version version) {
            return version.item() + "@" + version.ov();
        }

        @Override
        public String configured(Configured configured) {
            return "settings";
        }

        @Override
        public String transaction(Transaction transaction) {
            return "transaction";
        }
    };

    private static final Fact.Cases<String> TYPE = new Fact.Cases<>() {
        @Override
        public String version(Version version) {
            return version.op().eventType();
        }

        @Override
        public String configured(Configured configured) {
            return "io.chronosdb.configured";
        }

        @Override
        public String transaction(Transaction transaction) {
            return "io.chronosdb.transaction";
        }
    };

    private EventRecords() {}

    static NewRecord of(DatabasePartition partition, Event event, byte[] encoded) {
        String subject = event.fact().match(SUBJECT);
        String type = event.fact().match(TYPE);
        return new NewRecord(
                subject,
                encoded,
                Map.of(
                        "ce_specversion",
                        "1.0",
                        "ce_id",
                        partition.number() + "-" + event.link().seq(),
                        "ce_source",
                        "chronos/" + partition.database(),
                        "ce_type",
                        type,
                        "ce_subject",
                        subject,
                        "ce_time",
                        Times.format(event.at()),
                        "ce_sequence",
                        Long.toString(event.link().seq()),
                        "content-type",
                        "application/avro"));
    }
}
