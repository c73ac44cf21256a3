package io.tagma.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A YAML file with the options of a command: {@code --base-port 7070} is {@code basePort: 7070} there. What the command
 * line says itself comes first. An unknown key is refused with the nearest name.
 */
final class ConfigFile implements IDefaultValueProvider {
    private static final int LENGTH_MAX = 64 * 1024;
    private static final int NEAR = 3;

    private final Map<String, String> values;

    private ConfigFile(final Map<String, String> values) {
        this.values = values;
    }

    /**
     * Reads a file.
     *
     * @param keys that it may have
     * @throws IllegalArgumentException where it cannot be read, is no YAML, or has another key
     */
    static ConfigFile read(final Path file, final Set<String> keys) {
        final Object root;
        try {
            if (Files.size(file) > LENGTH_MAX) {
                throw new IllegalArgumentException("too long for a configuration: file=" + file + ", lengthMax="
                    + LENGTH_MAX);
            }
            root = new Load(LoadSettings.builder().setLabel(file.toString()).setAllowDuplicateKeys(false).build())
                .loadFromString(Files.readString(file));
        } catch (final IOException unreadable) {
            throw new IllegalArgumentException("cannot read the configuration: file=" + file + ", reason="
                + unreadable.getClass().getSimpleName(), unreadable);
        } catch (final YamlEngineException malformed) {
            throw new IllegalArgumentException("the configuration is no YAML: file=" + file + ", reason="
                + malformed.getMessage().replaceAll("\\s+", " ").strip(), malformed);
        }
        if (!(root instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException("a configuration has lines of \"key: value\": file=" + file);
        }
        final Map<String, String> values = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            final String name = String.valueOf(key);
            if (!keys.contains(name)) {
                throw new IllegalArgumentException("unknown key: key=" + name + ", file=" + file + nearest(name, keys));
            }
            values.put(name, text(name, value));
        });
        return new ConfigFile(values);
    }

    /** The name that an option has in a file. */
    static String key(final OptionSpec option) {
        final String[] words = option.longestName().substring(2).split("-");
        final StringBuilder key = new StringBuilder(words[0]);
        for (int i = 1; i < words.length; i++) {
            key.append(Character.toUpperCase(words[i].charAt(0))).append(words[i].substring(1));
        }
        return key.toString();
    }

    @Override
    public String defaultValue(final ArgSpec argument) {
        return argument instanceof OptionSpec option ? values.get(key(option)) : null;
    }

    private static String text(final String key, final Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(each -> text(key, each)).collect(Collectors.joining(","));
        }
        if (value == null || value instanceof Map<?, ?>) {
            throw new IllegalArgumentException("not a value: key=" + key + ", value=" + value);
        }
        return String.valueOf(value);
    }

    private static String nearest(final String name, final Set<String> keys) {
        return keys.stream().filter(key -> distance(name, key) <= NEAR)
            .min(Comparator.comparingInt((String key) -> distance(name, key)))
            .map(key -> ", nearest=" + key).orElse(", known=" + keys);
    }

    /** Levenshtein's: how many letters to add, drop or replace. */
    private static int distance(final String a, final String b) {
        int[] above = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            final int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                final int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
            }
            above = row;
        }
        return above[b.length()];
    }
}
