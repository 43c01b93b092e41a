from swa.messaging import dispatcher
from tests.messaging import outbox


def test_smoke(make, sink):
    person = make.person(name="Ada")
    outbox.queue("booking 1", outbox.wanted(person.id))
    count = dispatcher.send_due()
    assert count.sent == 1, (count, outbox.rows()[0].reason)
    assert sink.recipients == [[person.email]]
    print(sink.envelopes[0].original_content.decode())
    assert outbox.rows()[0].answer == "250 OK, kept"
