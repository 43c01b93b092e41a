// A calendar program made of ical.js, the engine of Thunderbird: takes invitation mails in the order
// in which they arrive, as RFC 5546 says, or a whole feed, and tells which meetings it would show.
//
// Standard input: JSON, a list of iCalendar texts. Standard output: JSON, a list of [start, end] in UTC.

import ICAL from "ical.js";

const MOST = 1000; // our series have an end; a rule without one must not run for ever
const kept = new Map(); // by UID

const version = (event) => [
  event.getFirstPropertyValue("sequence") ?? 0,
  event.getFirstPropertyValue("dtstamp").toUnixTime(),
];
const isNewer = (one, other) => one[0] > other[0] || (one[0] === other[0] && one[1] > other[1]);
const weekOf = (event) => event.getFirstPropertyValue("recurrence-id")?.toUnixTime();
const uidOf = (event) => event.getFirstPropertyValue("uid");

function take(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  for (const zone of calendar.getAllSubcomponents("vtimezone")) {
    ICAL.TimezoneService.register(new ICAL.Timezone(zone));
  }
  const isCancel = calendar.getFirstPropertyValue("method") === "CANCEL";
  const events = calendar.getAllSubcomponents("vevent");
  for (const uid of new Set(events.map(uidOf))) {
    if (!kept.has(uid)) kept.set(uid, { master: null, moved: new Map(), off: new Set(), newest: [-1, 0] });
    takeEntry(kept.get(uid), events.filter((event) => uidOf(event) === uid), isCancel);
  }
}

function takeEntry(entry, events, isCancel) {
  // A mail that came late, or twice, has been processed already.
  const fresh = events.map(version).filter((one) => isNewer(one, entry.newest));
  if (!fresh.length) return;
  for (const one of fresh) if (isNewer(one, entry.newest)) entry.newest = one;
  const whole = events.find((event) => weekOf(event) === undefined);
  if (whole) {
    // It replaces everything that was known, single weeks included.
    entry.master = isCancel ? null : whole;
    entry.moved = new Map();
    entry.off = new Set();
  }
  for (const event of events) {
    if (event === whole) continue;
    entry.moved.delete(weekOf(event));
    if (isCancel) entry.off.add(weekOf(event));
    else entry.moved.set(weekOf(event), event);
  }
}

function show({ master, moved, off }) {
  if (!master) return [];
  const shown = [];
  const add = (start, end) => shown.push([start.toJSDate().toISOString(), end.toJSDate().toISOString()]);
  const event = new ICAL.Event(master, { exceptions: [] });
  for (const week of moved.values()) event.relateException(week);
  if (!event.isRecurring()) add(event.startDate, event.endDate);
  else {
    const weeks = event.iterator();
    for (let start = weeks.next(); start && shown.length < MOST; start = weeks.next()) {
      if (off.has(start.toUnixTime())) continue;
      const one = event.getOccurrenceDetails(start);
      add(one.startDate, one.endDate);
    }
  }
  return shown;
}

let input = "";
for await (const piece of process.stdin) input += piece;
for (const text of JSON.parse(input)) take(text);
console.log(JSON.stringify([...kept.values()].flatMap(show).sort()));
