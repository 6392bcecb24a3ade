import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readTfrecords } from "@bertkit/datasets";
import protobuf from "protobufjs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { TensorBoardLog } from "./tensor-board-log.ts";

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "bertkit-board-"))));
afterAll(() => rm(folder, { recursive: true }));

// The fields of tensorboard/compat/proto/event.proto and summary.proto that are written.
const { root } = protobuf.parse(`syntax = "proto3";
  message Event {
    double wall_time = 1; int64 step = 2;
    oneof what { string file_version = 3; Summary summary = 5; SessionLog session_log = 7; }
  }
  message SessionLog { enum Status { UNSPECIFIED = 0; START = 1; STOP = 2; } Status status = 1; }
  message Summary { message Value { string tag = 1; float simple_value = 2; } repeated Value value = 1; }`);
const Event = root.lookupType("Event");

async function eventsOf(path: string): Promise<unknown[]> {
  const events: unknown[] = [];
  for await (const record of readTfrecords(path))
    events.push(Event.toObject(Event.decode(record), { longs: Number, enums: String }));
  return events;
}

it("writes events that protobufjs reads", async () => {
  const log = await TensorBoardLog.open(folder);
  const before = Date.now() / 1000;
  log.add("train", 1, { loss: 2.5, learningRate: 0.125 });
  log.add("evaluation", 3_000_000_000, { loss: -1 });
  const time = expect.closeTo(before, -1);
  const value = (tag: string, number: number) => ({ tag, simpleValue: number });
  expect(await eventsOf(log.path)).toEqual([
    { wallTime: time, step: 0, fileVersion: "brain.Event:2" },
    { wallTime: time, step: 1, summary: { value: [value("train/loss", 2.5), value("train/learningRate", 0.125)] } },
    { wallTime: time, step: 3_000_000_000, summary: { value: [value("evaluation/loss", -1)] } },
  ]);
});

it("makes TensorBoard drop an interrupted run's events of steps that are repeated", async () => {
  const log = await TensorBoardLog.open(folder, 7);
  const [, started] = await eventsOf(log.path);
  expect(started).toMatchObject({ step: 8, sessionLog: { status: "START" } });
  const [, fresh] = await eventsOf((await TensorBoardLog.open(folder)).path);
  expect(fresh).toMatchObject({ step: 1, sessionLog: { status: "START" } });
  expect((await readdir(folder)).every((name) => /^events\.out\.tfevents\.\d+\./.test(name))).toBe(true);
});

it.each([NaN, Infinity, -1, 1.5, "1"])("rejects the step %s, of which there is no varint", async (step) => {
  const log = await TensorBoardLog.open(folder);
  expect(() => log.add("train", step as number, { loss: 1 })).toThrow(/^TensorBoardLog\.add: step must be/);
});
