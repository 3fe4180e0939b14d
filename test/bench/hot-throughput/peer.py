"""Messages of a topic into a Delta table by delta-rs, in batches of `size`: what a careful person writes in Python. Prints seconds from the first message to the last commit."""
import json, sys, time
import pyarrow as pa
from deltalake import write_deltalake

library, brokers, topic, table, messages, size = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5]), int(sys.argv[6])


def batches_of_confluent():
    from confluent_kafka import Consumer
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": "peer-" + topic, "auto.offset.reset": "earliest", "enable.auto.commit": False})
    consumer.subscribe([topic])
    while True:
        yield [message.value() for message in consumer.consume(10_000, timeout=1.0)]


def batches_of_kafka_python():
    from kafka import KafkaConsumer
    consumer = KafkaConsumer(topic, bootstrap_servers=brokers, group_id="peer-" + topic, auto_offset_reset="earliest", enable_auto_commit=False)
    while True:
        yield [record.value for records in consumer.poll(timeout_ms=1000, max_records=10_000).values() for record in records]


def table_of(rows):
    column = lambda name: [row[name] for row in rows]
    return pa.table({
        "id": pa.array(column("id"), pa.int64()),
        "seen_at": pa.array(column("seen_at"), pa.string()).cast(pa.timestamp("us", "UTC")),
        "name": pa.array(column("name"), pa.string()),
        "fare": pa.array(column("fare"), pa.float64()).cast(pa.decimal128(10, 2)),
        "distance": pa.array(column("distance"), pa.float64()),
        "people": pa.array(column("people"), pa.int32()),
        "paid": pa.array(column("paid"), pa.bool_()),
        "note": pa.array(column("note"), pa.string()),
    })


rows, taken, began = [], 0, None
for values in {"confluent-kafka": batches_of_confluent, "kafka-python": batches_of_kafka_python}[library]():
    if values and began is None:
        began = time.perf_counter()
    rows.extend(json.loads(value) for value in values)
    while len(rows) >= size or (rows and taken + len(rows) >= messages):
        batch, rows = rows[:size], rows[size:]
        write_deltalake(table, table_of(batch), mode="append")
        taken += len(batch)
    if taken >= messages:
        break
print(json.dumps({"seconds": time.perf_counter() - began}))
