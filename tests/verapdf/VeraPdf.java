import java.io.BufferedReader;
import java.io.File;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.LogManager;

import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;

/**
 * Validates PDF files: {@code VeraPdf ua1|2a FILE...}; exit status 0 when all of them conform.
 * {@code VeraPdf ua1|2a -} reads the names of files line by line.
 */
public class VeraPdf {
    private static final Map<String, String> PROFILES = Map.of("ua1", "PDFUA-1.xml", "2a", "PDFA-2A.xml");

    private final PDFAFlavour flavour;
    private final ValidationProfile profile;

    VeraPdf(String name) throws Exception {
        flavour = PDFAFlavour.fromString(name);
        String path = "org/verapdf/pdfa/validation/" + PROFILES.get(name);
        try (InputStream in = VeraPdf.class.getClassLoader().getResourceAsStream(path)) {
            profile = Profiles.profileFromXml(in);
        }
    }

    public static void main(String[] args) throws Exception {
        LogManager.getLogManager().reset();
        VeraGreenfieldFoundryProvider.initialise();
        VeraPdf validator = new VeraPdf(args[0]);
        if (args[1].equals("-")) {
            validator.answerAll();
            return;
        }
        boolean allConform = true;
        for (int i = 1; i < args.length; i++) {
            allConform &= validator.conforms(args[i]);
        }
        System.exit(allConform ? 0 : 1);
    }

    /** Validates each file that is named on standard input; an empty line ends an answer. */
    private void answerAll() throws Exception {
        BufferedReader names = new BufferedReader(new InputStreamReader(System.in));
        for (String name = names.readLine(); name != null; name = names.readLine()) {
            conforms(name);
            System.out.println();
            System.out.flush();
        }
    }

    /** Validates one file and prints the answer; a file that cannot be read does not conform. */
    private boolean conforms(String path) {
        try (PDFAParser parser = Foundries.defaultInstance().createParser(new File(path), flavour)) {
            PDFAValidator validator = Foundries.defaultInstance().createValidator(profile, false);
            ValidationResult result = validator.validate(parser);
            String answer = result.isCompliant() ? "PASS" : "FAIL";
            System.out.println(answer + " " + path + " checks=" + result.getTotalAssertions());
            printFailures(result);
            return result.isCompliant();
        } catch (Exception | NoClassDefFoundError fault) {
            System.out.println("FAIL " + path + "\n   cannot be validated: " + fault);
            return false;
        }
    }

    /** Prints each broken rule once, with how often it is broken and one example. */
    private static void printFailures(ValidationResult result) {
        Map<String, String> examples = new TreeMap<>();
        Map<String, Integer> counts = new TreeMap<>();
        for (TestAssertion assertion : result.getTestAssertions()) {
            if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                String rule = assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber();
                counts.merge(rule, 1, Integer::sum);
                examples.putIfAbsent(rule, assertion.getMessage() + " @ " + assertion.getLocation().getContext());
            }
        }
        examples.forEach((rule, text) -> System.out.println("   " + rule + " x" + counts.get(rule) + " " + text));
    }
}
