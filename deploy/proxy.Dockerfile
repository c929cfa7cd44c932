# Caddy as somebody who is not root: only the folder of its certificates has to be theirs.
FROM caddy:2.10.2-alpine
RUN addgroup -g 10002 caddy && adduser -D -H -u 10002 -G caddy caddy && chown -R caddy:caddy /data /config
USER 10002:10002
