#!/usr/bin/env python3
"""Writes an item to Chronos and reads the log, with a plain Kafka client and the schema file alone.

Submits one JSON command, then follows the events topic from its beginning and prints every event that counts, one JSON
line each. Exits with 0 once it has seen the event of its own command, with 1 if that took too long.
"""

import argparse
import io
import json
import sys
import time
import uuid

import fastavro
from confluent_kafka import OFFSET_BEGINNING, Consumer, Producer, TopicPartition
from fastavro.schema import to_parsing_canonical_form

from chronos_contract import Chain, crc64_avro, rendezvous


def partitions(client, topic):
    found = client.list_topics(topic, timeout=10).topics[topic]
    if found.error:
        sys.exit(f"no such topic: topic={topic} cause={found.error}")
    return len(found.partitions)


def submit(options, command):
    """Appends a command to the partition of its routing key; returns once it is durable."""
    topic = f"{options.prefix}.{options.database}.commands"
    producer = Producer({"bootstrap.servers": options.bootstrap, "enable.idempotence": True, "acks": "all"})
    failures = []
    producer.produce(
        topic,
        json.dumps(command).encode(),
        partition=rendezvous(options.key or options.collection, partitions(producer, topic)),
        headers={"content-type": "application/json"},
        on_delivery=lambda error, _: failures.append(error) if error else None)
    if producer.flush(options.deadline) or failures:
        sys.exit(f"not submitted: topic={topic} cause={failures or 'deadline'}")


class Decoder:
    """Avro's single-object encoding: C3 01, the schema's fingerprint, the body."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            schema = json.load(file)
        self.schema = fastavro.parse_schema(schema)
        self.header = b"\xc3\x01" + crc64_avro(to_parsing_canonical_form(schema))

    def decode(self, value):
        """The event, or None if the value is none of this schema."""
        if not value or value[:10] != self.header:
            return None
        body = io.BytesIO(value[10:])
        try:
            event = fastavro.schemaless_reader(body, self.schema)
        except Exception:  # whatever a reader makes of bytes that are no event: they are skipped
            return None
        return event if not body.read(1) else None


def line(message, event):
    """An event as people and programs like to read it."""
    fact = event["fact"]
    place = {"partition": message.partition(), "offset": message.offset(), "at": event["at"].isoformat()}
    if "settings" in fact:
        return place | {"configured": json.loads(fact["settings"])}
    if "versions" in fact:  # a transaction: all of them, at one moment
        return place | {"versions": [version(each) for each in fact["versions"]]}
    return place | version(fact)


def version(fact):
    """One version of an item, with its document."""
    payload, blobs = fact.pop("payload"), fact.pop("blobs")
    fact["insertedAt"] = fact["insertedAt"].isoformat()
    return fact | {"data": payload and json.loads(payload), "blobBytes": {name: len(each) for name, each in blobs.items()}}


def follow(options, command_id):
    """Prints the events that count until the command's own one."""
    topic = f"{options.prefix}.{options.database}.events"
    decoder, chains = Decoder(options.schema), {}
    # A group id is required but not used: nothing is committed, a reader's place is its chain.
    consumer = Consumer({"bootstrap.servers": options.bootstrap, "group.id": "unused", "enable.auto.commit": False})
    consumer.assign([TopicPartition(topic, p, OFFSET_BEGINNING) for p in range(partitions(consumer, topic))])
    end = time.monotonic() + options.deadline
    try:
        while time.monotonic() < end:
            message = consumer.poll(0.2)
            if message is None:
                continue
            if message.error():
                sys.exit(f"reading failed: cause={message.error()}")
            event = decoder.decode(message.value())
            chain = chains.setdefault(message.partition(), Chain())
            if event and chain.accepts(event, message.value()):
                print(json.dumps(line(message, event), ensure_ascii=False), flush=True)
                if event["fact"].get("commandId") == command_id:
                    return True
    finally:
        consumer.close()
    return False


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bootstrap", default="127.0.0.1:9092", help="Kafka brokers (%(default)s)")
    parser.add_argument("--prefix", default="chronos", help="topic prefix (%(default)s)")
    parser.add_argument("--database", default="runtime.tenant-a", help="database (%(default)s)")
    parser.add_argument("--collection", default="users", help="collection (%(default)s)")
    parser.add_argument("--id", default=uuid.uuid4().hex[:24], help="item id (random)")
    parser.add_argument("--data", type=json.loads, default={"name": "Ada"}, help="the document, JSON")
    parser.add_argument("--actor", default="write_and_read.py", help="who (%(default)s)")
    parser.add_argument("--reason", default="an example", help="why (%(default)s)")
    parser.add_argument("--key", help="routing key, where it is not the collection")
    parser.add_argument("--schema", required=True, help="path of Event.avsc")
    parser.add_argument("--deadline", type=float, default=30, help="seconds to wait (%(default)s)")
    options = parser.parse_args()

    command = {"command": "create", "commandId": str(uuid.uuid4()), "collection": options.collection, "id": options.id,
               "data": options.data, "actor": options.actor, "reason": options.reason}
    submit(options, command)
    if not follow(options, command["commandId"]):
        sys.exit(f"no event of the command in time: commandId={command['commandId']} deadline={options.deadline}s")


if __name__ == "__main__":
    main()
