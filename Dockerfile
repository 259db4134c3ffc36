# The sync server as a container: no audio, no models' runtime, no build tools, no root.
#   docker build -t amecs-server .

FROM node:20-bookworm AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=optional --ignore-scripts
COPY tsconfig.json ./
COPY sync-server sync-server
COPY models models
COPY device device
COPY provisioning provisioning
RUN npx tsc -p tsconfig.json

# What runs: better-sqlite3 is fetched, or compiled where there is nothing to fetch; then all the server never loads goes.
FROM node:20-bookworm AS modules
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts \
 && npm rebuild better-sqlite3 --ignore-scripts=false \
 && rm -rf node_modules/better-sqlite3/deps node_modules/better-sqlite3/src node_modules/onnxruntime-* \
           node_modules/@audio node_modules/@wasm-audio-decoders node_modules/audio-decode \
           node_modules/wasm-media-encoders node_modules/music-metadata

FROM node:20-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=modules /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
COPY docs/THIRD-PARTY-NOTICES.md docs/
RUN ln -s /app/dist/provisioning/cli/amecs.js /usr/local/bin/amecs \
 && chmod +x dist/provisioning/cli/amecs.js \
 && install -d -o node -g node -m 700 /data
USER node
VOLUME /data
EXPOSE 7645
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:7645/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["amecs"]
CMD ["server", "--data", "/data", "--host", "0.0.0.0", "--log", "stdout"]
