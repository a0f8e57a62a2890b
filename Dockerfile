# The program for one command: docker run --rm --volume "$PWD:/work" handouts make --region neck
# Built from a clone; nothing is fetched when it runs.
FROM python:3.13-slim AS build
COPY . /source
RUN python -m venv /opt/handouts \
    && /opt/handouts/bin/pip install --no-cache-dir --constraint /source/constraints.txt "/source[web]"

FROM python:3.13-slim
COPY --from=build /opt/handouts /opt/handouts
RUN useradd --create-home handout && mkdir /work && chown handout /work
ENV PATH=/opt/handouts/bin:$PATH HANDOUTS_CACHE=/tmp/handouts
USER handout
WORKDIR /work
ENTRYPOINT ["handout"]
CMD ["--help"]
