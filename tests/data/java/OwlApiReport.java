import java.io.File;
import java.util.Map;
import java.util.TreeMap;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.AxiomType;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.profiles.OWLProfileReport;
import org.semanticweb.owlapi.profiles.Profiles;

/** Tells what the OWL API, the library of Protege, reads from files: axioms by type, and violations of OWL 2 DL. */
public class OwlApiReport {
    public static void main(String[] paths) throws Exception {
        for (String path : paths) {
            OWLOntology ontology =
                OWLManager.createOWLOntologyManager().loadOntologyFromOntologyDocument(new File(path));
            String format = ontology.getFormat().getClass().getSimpleName();
            System.out.println(path + "\tformat\t" + format);
            System.out.println(path + "\tannotations\t" + ontology.annotations().count());
            Map<String, Integer> counts = new TreeMap<>();
            for (AxiomType<?> type : AxiomType.AXIOM_TYPES) {
                if (ontology.getAxiomCount(type) > 0) {
                    counts.put(type.getName(), ontology.getAxiomCount(type));
                }
            }
            counts.forEach((name, count) -> System.out.println(path + "\t" + name + "\t" + count));
            OWLProfileReport report = Profiles.OWL2_DL.checkOntology(ontology);
            report.getViolations().forEach(
                one -> System.out.println(path + "\tviolation\t" + one.toString().replaceAll("\\s+", " ")));
        }
    }
}
