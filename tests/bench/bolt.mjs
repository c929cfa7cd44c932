// The smallest Bolt app for JavaScript: started by the bench, which says where the package is.
import { createRequire } from "node:module";

const { App, LogLevel } = createRequire(`${process.env.BENCH_MODULES}/`)("@slack/bolt");

const app = new App({
  token: process.env.SHORTLIST_SLACK_BOT_TOKEN,
  signingSecret: process.env.SHORTLIST_SLACK_SIGNING_SECRET,
  clientOptions: { slackApiUrl: process.env.SHORTLIST_SLACK_API_URL },
  logLevel: LogLevel.ERROR,
});

app.command("/candidate", ({ ack }) => ack("Hi there!"));

const server = await app.start({ port: 0, host: "127.0.0.1" });
console.log(`http://127.0.0.1:${server.address().port}/slack/events`);
