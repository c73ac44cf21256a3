package io.tagma.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tagma.server.AdminClient.Reply;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every refusal that DOMAIN and API speak of, against the running server: the status or code and the pointer are as
 * listed, and what the server holds is afterwards what it was before, to the letter.
 */
class BadInputTest {
    private static final String START = "2026-03-10T12:00:00Z";
    private static final Pattern REPEAT = Pattern.compile("<(\\d+)\\*(.)>");

    private static TagmaServer server;
    private static AdminClient admin;
    private static String before;

    @BeforeAll
    static void start() {
        server = TagmaServer.start(new ServerConfig("127.0.0.1", 0, 0, null, Instant.parse(START).toEpochMilli(), 0,
            1_000), failure -> {
                throw new AssertionError("the log has failed", failure);
            });
        admin = new AdminClient(server.adminPort());
        admin.put("/v1/websites/de", "{'zone':'Europe/Berlin'}").expect(201);
        admin.put("/v1/attributes/score", "{'type':'DOUBLE'}").expect(201);
        admin.put("/v1/attributes/interests", "{'type':'ENUM_SET'}").expect(201);
        admin.put("/v1/attributes/lang", "{'type':'ENUM','visitorAllowed':true}").expect(201);
        admin.ingest(
            "{'op':'product.upsert','product':'p','sku':'P','categories':['a'],'price':'9.90','onSale':true}",
            "{'op':'subject.upsert','key':'c1','website':'base','attributes':{'email':'a@b.c','rewardPoints':5,"
                + "'storeCredit':'12.5','interests':['x','y'],'dob':'1990-02-28','newsletter':true}}",
            "{'op':'order.upsert','key':'c1','order':{'id':'1','grandTotal':'119.90','status':'complete',"
                + "'shipping':{'country':'DE'},'items':[{'product':'p','qty':2}]}}",
            "{'op':'subject.upsert','key':'v1','kind':'visitor','attributes':{'lang':'de'}}");
        admin.define("good", "{'condition':{'attr':'email','op':'isSet'}}");
        admin.define("retail", "{'condition':{'attr':'group','op':'in','v':['Retailer','General']}}");
        admin.define("buyers", "{'condition':{'exists':{'source':'orderItem','where':[{'f':'product.onSale',"
            + "'op':'eq','v':true}]}}}");
        before = held();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void shouldHoldWhatItHeld() {
        admin.get("/livez").expect(200);
        admin.get("/readyz").expect(200);
        assertThat(held()).isEqualTo(before);
    }

    /** Everything the server tells about itself. */
    private static String held() {
        final StringBuilder held = new StringBuilder();
        for (final String target : List.of("/v1/segments", "/v1/groups", "/v1/attributes", "/v1/websites",
            "/v1/products/p", "/v1/ordinals", "/v1/builds", "/v1/clock", "/v1/changes?from=0&limit=100000")) {
            held.append(target).append('\n').append(admin.get(target).expect(200).text()).append('\n');
        }
        for (final String segment : List.of("good", "retail", "buyers")) {
            held.append(segment).append(' ').append(admin.members(segment)).append('\n');
        }
        for (final JsonNode subject : admin.get("/v1/ordinals").lines()) {
            final String target = "/v1/subjects/" + subject.get("key").textValue();
            held.append(admin.get(target).expect(200).text()).append('\n');
            held.append(admin.get(target + "/segments").expect(200).text()).append('\n');
        }
        return held.append("changes ").append(admin.changesNext()).toString();
    }

    private static List<String> list(final String resource) throws IOException {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
            BadInputTest.class.getResourceAsStream("/server/" + resource), StandardCharsets.UTF_8))) {
            return reader.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList();
        }
    }

    private static String expand(final String text) {
        final Matcher matcher = REPEAT.matcher(text);
        return matcher.replaceAll(repeat -> Matcher.quoteReplacement(
            repeat.group(2).repeat(Integer.parseInt(repeat.group(1)))));
    }

    /** What was answered, in the words of the lists. */
    private static String outcome(final Reply reply) {
        if (reply.status() < 400) {
            return reply.status() + " -";
        }
        assertThat(reply.header("Content-Type")).startsWith("application/problem+json");
        final String pointer = reply.json().at("/errors/0/pointer").asText();
        assertThat(reply.json().get("detail").asText()).as(reply.text()).isNotBlank();
        return reply.status() + " " + (pointer.isEmpty() ? "-" : pointer);
    }

    private static void compare(final String line, final String expected, final Reply reply,
                                final List<String> differences) {
        if (!outcome(reply).equals(expected)) {
            differences.add(line + "\n    expected " + expected + ", was " + outcome(reply) + ": " + reply.text());
        }
    }

    @Test
    void shouldRefuseBadConditionsWithAPointerToTheFault() throws IOException {
        final List<String> lines = list("bad-conditions.txt");
        final List<String> differences = new ArrayList<>();
        for (final String line : lines) {
            final String[] parts = line.split(" ", 2);
            final String body = "{\"condition\":" + expand(parts[1]) + "}";
            compare(line, "422 " + parts[0], admin.send("PUT", "/v1/segments/bad?wait=true", body), differences);
            compare("preview: " + line, "422 " + parts[0], admin.send("POST", "/v1/segments:preview", body),
                differences);
        }
        assertThat(lines).hasSizeGreaterThan(100);
        assertThat(differences).isEmpty();
    }

    @Test
    void shouldRefuseConditionsOverTheLimits() {
        final List<String> differences = new ArrayList<>();
        final String leaf = "{\"attr\":\"email\",\"op\":\"isSet\"}";
        String deep = leaf;
        final StringBuilder at = new StringBuilder("/condition");
        for (int depth = 1; depth <= 32; depth++) {
            deep = "{\"all\":[" + deep + "]}";
            at.append("/all/0");
        }
        compare("33 deep", "422 " + at, condition(deep), differences);
        final List<String> leaves = new ArrayList<>();
        for (int i = 0; i <= 500; i++) {
            leaves.add(leaf);
        }
        compare("501 leaves", "422 /condition/any/500", condition("{\"any\":[" + String.join(",", leaves) + "]}"),
            differences);
        final String texts = leaves.stream().limit(70)
            .map(each -> "{\"attr\":\"email\",\"op\":\"eq\",\"v\":\"" + "x".repeat(1_000) + "\"}")
            .collect(Collectors.joining(","));
        compare("70 KB", "413 -", condition("{\"any\":[" + texts + "]}"), differences);
        assertThat(differences).isEmpty();
    }

    private static Reply condition(final String condition) {
        return admin.send("PUT", "/v1/segments/bad?wait=true", "{\"condition\":" + condition + "}");
    }

    @Test
    void shouldRefuseBadDefinitions() throws IOException {
        final List<String> lines = list("bad-definitions.txt");
        final List<String> differences = new ArrayList<>();
        for (final String line : lines) {
            final String[] parts = line.split(" ", 5);
            final String[] header = parts[4].startsWith("If-Match:") ? parts[4].split("[: ]", 3) : null;
            final String body = expand(header == null ? parts[4] : header[2]);
            compare(line, parts[0] + " " + parts[1], admin.send(parts[2], expand(parts[3]),
                body.equals("-") ? null : body, header == null ? new String[0] : new String[] {header[0], header[1]}),
                differences);
        }
        assertThat(differences).isEmpty();
    }

    @Test
    void shouldRefuseBadLinesAndNoOthers() throws IOException {
        final List<String> lines = list("bad-lines.txt");
        final String body = lines.stream().map(line -> expand(line.split(" ", 3)[2])).collect(Collectors.joining("\n"));
        final List<JsonNode> answer = admin.send("POST", "/v1/ingest", body).expect(200).lines();
        final String[] outcomes = new String[lines.size()];
        for (final JsonNode line : answer.subList(0, answer.size() - 1)) {
            final JsonNode error = line.get("error");
            final String pointer = error.get("pointer").textValue();
            outcomes[line.get("line").intValue() - 1] =
                error.get("code").textValue() + " " + (pointer.isEmpty() ? "-" : pointer);
            assertThat(error.get("detail").textValue()).isNotBlank();
        }
        final List<String> differences = new ArrayList<>();
        for (int i = 0; i < outcomes.length; i++) {
            if (!lines.get(i).startsWith(outcomes[i] + " ")) {
                differences.add(lines.get(i) + "\n    was " + outcomes[i]);
            }
        }
        assertThat(differences).isEmpty();
        assertThat(answer.get(answer.size() - 1).get("failed").intValue()).isEqualTo(lines.size());
    }
}
