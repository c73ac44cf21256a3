package io.tagma.engine.condition;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.util.regex.Pattern;

/** What is wrong with a text that is no JSON, in words about the text: the parser does not speak of itself. */
public final class JsonFault {
    private static final int LENGTH_MAX = 200;
    /** Where the parser's sentence leaves the text and turns to its source, its settings or its limits. */
    private static final Pattern ASIDE = Pattern.compile(
        "(?s)( \\(start marker at|: maybe a \\(non-standard\\)|: enable `|, from `| at \\[Source|\\n at ).*");
    private static final Pattern OF_ITSELF =
        Pattern.compile("REDACTED|Source:|`|(Json|Stream)(Read|Write)?Feature|(com|java|org)\\.[a-z]+\\.");

    private JsonFault() {
    }

    /** Such as {@code at line 3, column 5: unexpected character ('}' (code 125))}. */
    public static String of(final JsonProcessingException notJson) {
        final JsonLocation location = notJson.getLocation();
        return location == null ? words(notJson)
            : "at line " + location.getLineNr() + ", column " + location.getColumnNr() + ": " + words(notJson);
    }

    /** The same of a text of one line. */
    public static String ofLine(final JsonProcessingException notJson) {
        final JsonLocation location = notJson.getLocation();
        return location == null ? words(notJson) : "at column " + location.getColumnNr() + ": " + words(notJson);
    }

    /** The same without its place. */
    public static String words(final JsonProcessingException notJson) {
        final String said = notJson.getOriginalMessage() == null ? "" : notJson.getOriginalMessage();
        if (notJson instanceof JsonEOFException) {
            return "the text ends too early";
        } else if (said.startsWith("Trailing token")) {
            return "something follows the document";
        }
        final String words = ASIDE.matcher(said).replaceFirst(notJson instanceof StreamConstraintsException ? ")" : "");
        if (words.isEmpty() || OF_ITSELF.matcher(words).find()) {
            return "the syntax is wrong";
        }
        return Faults.clip(Character.toLowerCase(words.charAt(0)) + words.substring(1), LENGTH_MAX);
    }
}
