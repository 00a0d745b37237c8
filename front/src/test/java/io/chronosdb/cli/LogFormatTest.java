package io.chronosdb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.document.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** The program's own log configuration. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LogFormatTest {
    @Test
    void a_line_is_for_a_person_unless_json_is_asked_for() throws Exception {
        assertThat(logged("")).matches("20\\S+ WARN  LogFormatTest a partition waits: partition=7\\s+");
        assertThat(logged("JSON?")).as("anything else").contains(" WARN  LogFormatTest ");
    }

    @Test
    void a_line_of_json_has_the_message_and_the_failure() throws Exception {
        ObjectNode line = Json.parseObject(logged("json").getBytes(StandardCharsets.UTF_8));

        assertThat(line.path("formattedMessage").textValue()).isEqualTo("a partition waits: partition=7");
        assertThat(line.path("level").textValue()).isEqualTo("WARN");
        assertThat(line.path("loggerName").textValue()).isEqualTo(LogFormatTest.class.getName());
        assertThat(line.path("timestamp").isIntegralNumber()).isTrue();
    }

    private static String logged(String format) throws Exception {
        LoggerContext context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        context.putProperty("CHRONOS_LOG_FORMAT", format);
        PrintStream before = System.err;
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            JoranConfigurator configurator = new JoranConfigurator();
            configurator.setContext(context);
            configurator.doConfigure(Path.of("src/main/resources/logback.xml").toFile());
            context.getLogger(LogFormatTest.class).warn("a partition waits: partition={}", 7);
        } finally {
            context.stop();
            System.setErr(before);
        }
        return err.toString(StandardCharsets.UTF_8);
    }
}
