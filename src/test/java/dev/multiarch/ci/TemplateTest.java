package dev.multiarch.ci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is filled in and what is left out. */
class TemplateTest {

  @Test
  void gapsAreFilledAndLinesIndented() {
    assertThat(
            Template.of("a: @one@ and $@two@\nlist:\n  @lines@\nuses: x/y@abc # v1\n")
                .fill(Map.of("one", "1", "two", "$2", "lines", "- a\n- b"), Set.of()))
        .isEqualTo("a: 1 and $$2\nlist:\n  - a\n  - b\nuses: x/y@abc # v1\n");
  }

  @Test
  void partsAreThereIfTheirNameHolds() {
    Template template =
        Template.of(
            """
            start
            #? outer
            in outer
              #? !inner
            not in inner
              #?
            #? other
            in other
            #?
            #?
            end
            """);
    assertThat(template.fill(Map.of(), Set.of("other", "inner"))).isEqualTo("start\nend\n");
    assertThat(template.fill(Map.of(), Set.of("outer", "inner")))
        .isEqualTo("start\nin outer\nend\n");
    assertThat(template.fill(Map.of(), Set.of("outer", "other")))
        .isEqualTo("start\nin outer\nnot in inner\nin other\nend\n");
  }

  @Test
  void aTemplateThatCannotBeFilledIsRefused() {
    assertThatThrownBy(() -> Template.of("@gap@").fill(Map.of(), Set.of()))
        .hasMessageContaining("@gap@");
    assertThatThrownBy(() -> Template.of("#? name\n").fill(Map.of(), Set.of()))
        .hasMessageContaining("does not begin or end");
  }
}
