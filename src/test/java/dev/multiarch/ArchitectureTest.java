package dev.multiarch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaParameterizedType;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The map of the rooms in docs/design.md, kept true. */
@AnalyzeClasses(packages = "dev.multiarch", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule roomsUseOnlyWhatIsBelowThem =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("oci")
          .definedBy("dev.multiarch.oci..")
          .layer("store")
          .definedBy("dev.multiarch.store..")
          .layer("registry")
          .definedBy("dev.multiarch.registry..")
          .layer("layer")
          .definedBy("dev.multiarch.layer..")
          .layer("image")
          .definedBy("dev.multiarch.image..")
          .layer("assembly")
          .definedBy("dev.multiarch.assembly..")
          .layer("report")
          .definedBy("dev.multiarch.report..")
          .layer("ci")
          .definedBy("dev.multiarch.ci..")
          .layer("maven")
          .definedBy("dev.multiarch.maven..")
          .whereLayer("maven")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("ci")
          .mayOnlyBeAccessedByLayers("maven")
          .whereLayer("report")
          .mayOnlyBeAccessedByLayers("maven")
          .whereLayer("assembly")
          .mayOnlyBeAccessedByLayers("maven")
          .whereLayer("image")
          .mayOnlyBeAccessedByLayers("maven")
          .whereLayer("registry")
          .mayOnlyBeAccessedByLayers("maven")
          .whereLayer("layer")
          .mayOnlyBeAccessedByLayers("image", "maven")
          .whereLayer("store")
          .mayOnlyBeAccessedByLayers("registry", "layer", "image", "assembly", "report", "maven");

  @ArchTest
  static final ArchRule roomsFormNoCircle =
      slices().matching("dev.multiarch.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule onlyTheGoalsKnowMaven =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.multiarch.maven..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.maven..", "org.eclipse.aether..");

  @ArchTest
  static final ArchRule ciKnowsPlatformsAndNoMore =
      noClasses()
          .that()
          .resideInAPackage("dev.multiarch.ci..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.multiarch.store..",
              "dev.multiarch.layer..",
              "dev.multiarch.image..",
              "dev.multiarch.assembly..",
              "dev.multiarch.registry..",
              "dev.multiarch.report..");

  /**
   * The JVM makes a record's own hashCode when it is first called; one that has just started takes
   * 30 to 50 ms for it.
   */
  @ArchTest
  static void keysHaveAHashCodeThatIsWrittenOut(JavaClasses classes) {
    Set<JavaClass> keys = new HashSet<>();
    for (JavaClass one : classes) {
      for (JavaField field : one.getFields()) {
        if (field.getType() instanceof JavaParameterizedType type
            && (field.getRawType().isEquivalentTo(Map.class)
                || field.getRawType().isEquivalentTo(Set.class))) {
          keys.add(type.getActualTypeArguments().get(0).toErasure());
        }
      }
    }
    List<String> made = new ArrayList<>();
    for (JavaClass key : keys) {
      // What the compiler writes for a record calls and reads nothing itself.
      if (key.isRecord() && key.getMethod("hashCode").getAccessesFromSelf().isEmpty()) {
        made.add(key.getName());
      }
    }
    assertThat(keys).extracting(JavaClass::getSimpleName).contains("Digest", "Scope");
    assertThat(made).isEmpty();
  }

  @ArchTest
  static final ArchRule onlyTheRegistryKnowsHttp =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.multiarch.registry..", "dev.multiarch.maven..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.net..");
}
