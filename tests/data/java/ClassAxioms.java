import java.io.File;
import java.io.PrintStream;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.*;

/** Prints, a line each, what the OWL API understands of the class axioms of a file. */
public class ClassAxioms {
    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, "UTF-8");
        OWLOntology ontology =
            OWLManager.createOWLOntologyManager().loadOntologyFromOntologyDocument(new File(arguments[0]));
        out.println("ontology " + ontology.getOntologyID().getOntologyIRI().get());
        for (OWLSubClassOfAxiom axiom : ontology.getAxioms(AxiomType.SUBCLASS_OF)) {
            out.println("below " + name(axiom.getSubClass()) + " " + name(axiom.getSuperClass()));
        }
        for (OWLDisjointClassesAxiom axiom : ontology.getAxioms(AxiomType.DISJOINT_CLASSES)) {
            StringBuilder line = new StringBuilder("apart");
            axiom.classExpressions().sorted().forEach(one -> line.append(" ").append(name(one)));
            out.println(line);
        }
        for (OWLEquivalentClassesAxiom axiom : ontology.getAxioms(AxiomType.EQUIVALENT_CLASSES)) {
            String defined = null;
            StringBuilder line = new StringBuilder();
            for (OWLClassExpression one : axiom.getClassExpressions()) {
                if (one instanceof OWLObjectIntersectionOf) {
                    for (OWLClassExpression part : one.asConjunctSet()) {
                        line.append(" ").append(name(part));
                    }
                } else if (defined == null) {
                    defined = name(one);
                } else {
                    line.append(" ").append(name(one));
                }
            }
            out.println("defined " + defined + line);
        }
    }

    private static String name(OWLClassExpression expression) {
        if (expression instanceof OWLObjectSomeValuesFrom) {
            OWLObjectSomeValuesFrom some = (OWLObjectSomeValuesFrom) expression;
            return some.getProperty().asOWLObjectProperty().getIRI() + ">" + name(some.getFiller());
        }
        return expression.asOWLClass().getIRI().toString();
    }
}
