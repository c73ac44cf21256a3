package io.tagma.server.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagma.server.conformance.Server.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs rule cases against a server: one segment a distinct rule, one subject a case. The attributes are those of the
 * first case with the rule, {@code <suite><n>_<name>}. Segments and subjects are deleted at the end; declarations of
 * attributes stay, because there is no way to take one back. One thread's.
 */
public final class ConformanceRun {
    private static final String SUBJECT = "conformance:";
    private static final String SEGMENT = "conformance.";
    private static final int NAME_MAX = 40;
    private static final int SUITE_MAX = 16;
    private static final int REFUSED = 422;

    private final Server server;
    private final List<Posed> cases = new ArrayList<>();
    private final Map<String, Rule> rules = new LinkedHashMap<>();
    private final Map<String, Integer> numbers = new TreeMap<>();

    /** @param server the root of its HTTP API */
    public ConformanceRun(final URI server) {
        this.server = new Server(server);
    }

    /** A case with its place. */
    private record Posed(RuleCase rule, String id, Rule of) {
        String subject() {
            return SUBJECT + id;
        }

        String sentence(final String what) {
            return id + " " + rule.suite() + " / " + rule.name() + ": " + what;
        }

        /** Why it cannot be asked; null where it can. */
        String reason() {
            if (of.reason == null) {
                try {
                    values(rule);
                } catch (final Inexpressible otherType) {
                    return otherType.getMessage();
                }
            }
            return of.reason;
        }
    }

    /** A distinct rule with all its cases. */
    private static final class Rule {
        private final String id;
        private final Map<String, String> keys = new TreeMap<>();
        private final List<RuleCase> cases = new ArrayList<>();
        /** Why it cannot be asked; null where it can. */
        private String reason;

        Rule(final String id) {
            this.id = id;
        }

        String segment() {
            return SEGMENT + id.toLowerCase(Locale.ROOT);
        }
    }

    /** Adds the cases of a file, one a line; blank lines are skipped. */
    public void read(final Path file) {
        final List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (final IOException unreadable) {
            throw new UncheckedIOException("cannot read: file=" + file + ", because=" + unreadable, unreadable);
        }
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).isBlank()) {
                continue;
            }
            try {
                add(RuleCase.parse(lines.get(i)));
            } catch (final IllegalArgumentException fault) {
                throw new IllegalArgumentException(file + ":" + (i + 1) + ": " + fault.getMessage(), fault);
            }
        }
    }

    private void add(final RuleCase rule) {
        final String suite = cut(rule.suite(), SUITE_MAX);
        final String id = suite + numbers.merge(suite, 1, Integer::sum);
        final Rule of = rules.computeIfAbsent(rule.rule(), key -> new Rule(id));
        if (of.cases.isEmpty()) {
            for (final String name : rule.types().keySet()) {
                final String key = id + "_" + cut(name, NAME_MAX);
                of.keys.put(name, of.keys.containsValue(key) ? key + "." + of.keys.size() : key);
            }
        }
        of.cases.add(rule);
        cases.add(new Posed(rule, id, of));
    }

    /** Asks the server for all of them. */
    public ConformanceReport run() {
        try {
            rules.values().forEach(this::define);
            send();
            return ask();
        } finally {
            cleanUp();
        }
    }

    /** Declares the rule's attributes and defines its segment. */
    private void define(final Rule rule) {
        final RuleCase first = rule.cases.get(0);
        final RuleTranslator translator = new RuleTranslator(first.types(), rule.keys::get);
        final ObjectNode definition = RuleCase.JSON.createObjectNode();
        try {
            definition.put("confirmAll", true);
            definition.set("condition", translator.node(first.condition()));
            for (final Map.Entry<String, String> type : first.types().entrySet()) {
                declare(rule, type.getKey(), AttributeKind.of(type.getValue()), translator);
            }
        } catch (final Inexpressible inexpressible) {
            rule.reason = inexpressible.getMessage();
            return;
        }
        final Reply reply = server.send("PUT", "/v1/segments/" + rule.segment() + "?wait=true", definition.toString());
        if (reply.status() == REFUSED) {
            rule.reason = "the server refuses the rule: " + reply.json().path("detail").asText();
        } else {
            reply.expectOk();
        }
    }

    private void declare(final Rule rule, final String name, final AttributeKind kind,
                         final RuleTranslator translator) {
        final List<BigDecimal> compared = new ArrayList<>(translator.numbers(name));
        for (final RuleCase each : rule.cases) {
            final JsonNode value = each.value(name);
            if (value != null && value.isNumber()) {
                compared.add(value.decimalValue());
            }
        }
        server.send("PUT", "/v1/attributes/" + Server.segment(rule.keys.get(name)),
            RuleCase.JSON.createObjectNode().put("type", kind.type(compared)).toString()).expectOk();
    }

    /** Sends one subject a case, new even where an earlier run left one. */
    private void send() {
        final StringBuilder lines = new StringBuilder();
        int count = 0;
        for (final Posed posed : cases) {
            if (posed.reason() == null) {
                lines.append(line("subject.delete", posed)).append('\n').append(upsert(posed)).append('\n');
                count += 2;
            }
        }
        if (count == 0) {
            return;
        }
        final Reply reply = server.send("POST", "/v1/ingest", lines.toString()).expectOk();
        final List<String> answers = reply.body().lines().toList();
        final JsonNode last = new Reply(reply.status(), answers.get(answers.size() - 1), reply.what()).json();
        if (last.path("applied").asInt() != count) {
            throw new IllegalStateException("not every subject was taken: lines=" + count + ", answer="
                + answers.get(0));
        }
    }

    private static ObjectNode line(final String op, final Posed posed) {
        return RuleCase.JSON.createObjectNode().put("op", op).put("key", posed.subject());
    }

    private static ObjectNode upsert(final Posed posed) {
        final ObjectNode line = line("subject.upsert", posed);
        final ObjectNode attributes = line.putObject("attributes");
        try {
            for (final Map.Entry<String, JsonNode> value : values(posed.rule).entrySet()) {
                attributes.set(posed.of.keys.get(value.getKey()), value.getValue());
            }
        } catch (final Inexpressible checkedBefore) {
            throw new IllegalStateException(posed.sentence(checkedBefore.getMessage()), checkedBefore);
        }
        return line;
    }

    /** The values of the attributes that have a type. */
    private static Map<String, JsonNode> values(final RuleCase rule) throws Inexpressible {
        final Map<String, JsonNode> values = new TreeMap<>();
        for (final Map.Entry<String, String> type : rule.types().entrySet()) {
            final JsonNode value = rule.value(type.getKey());
            if (value != null) {
                values.put(type.getKey(), AttributeKind.of(type.getValue()).value(value));
            }
        }
        return values;
    }

    private ConformanceReport ask() {
        int passed = 0;
        final List<String> failed = new ArrayList<>();
        final List<String> notExpressible = new ArrayList<>();
        for (final Posed posed : cases) {
            if (posed.reason() != null) {
                notExpressible.add(posed.sentence(posed.reason()));
            } else if (isMember(posed) == posed.rule.isExpected()) {
                passed++;
            } else {
                failed.add(posed.sentence("expected " + posed.rule.isExpected() + ": " + posed.rule.condition()
                    + " of " + posed.rule.attributes()));
            }
        }
        return new ConformanceReport(passed, failed, notExpressible);
    }

    private boolean isMember(final Posed posed) {
        final JsonNode answer = server.send("GET", "/v1/subjects/" + Server.segment(posed.subject()) + "/segments",
            null).expectOk().json();
        for (final JsonNode segment : answer.path("segments")) {
            if (segment.path("key").asText().equals(posed.of.segment())) {
                return true;
            }
        }
        return false;
    }

    private void cleanUp() {
        final StringBuilder lines = new StringBuilder();
        for (final Posed posed : cases) {
            if (posed.reason() == null) {
                lines.append(line("subject.delete", posed)).append('\n');
            }
        }
        if (lines.length() > 0) {
            server.send("POST", "/v1/ingest", lines.toString());
        }
        for (final Rule rule : rules.values()) {
            if (rule.reason == null) {
                server.send("DELETE", "/v1/segments/" + rule.segment(), null);
            }
        }
    }

    private static String cut(final String text, final int max) {
        final String legal = text.replaceAll("[^A-Za-z0-9_.-]", "_");
        return legal.substring(0, Math.min(legal.length(), max));
    }
}
